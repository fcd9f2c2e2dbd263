"""Makes torch do its linear layers in oneDNN, which its own choice (MKL for fp32) leaves unused. MKL takes its AVX2 path on AMD
processors, oneDNN does not. The three products of a linear layer and their maths stay the same."""
import torch


def product(x, weight, bias=None):
    """x @ weight.T + bias by oneDNN: x [rows, in], weight [out, in]."""
    return torch.ops.mkldnn._linear_pointwise(x, weight, bias, 'none', [], '')


class OneDnnLinear(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, weight, bias):
        rows = x.reshape(-1, x.shape[-1])
        ctx.save_for_backward(rows, weight)
        ctx.shape = x.shape
        return product(rows, weight, bias).view(*x.shape[:-1], weight.shape[0])

    @staticmethod
    def backward(ctx, dy):
        rows, weight = ctx.saved_tensors
        dy = dy.reshape(-1, dy.shape[-1])
        of_bias = dy.sum(0) if ctx.needs_input_grad[2] else None
        return product(dy, weight.t()).view(ctx.shape), product(dy.t(), rows.t()), of_bias


def use_onednn():
    def linear(x, weight, bias=None):
        return OneDnnLinear.apply(x, weight, bias)
    torch.nn.functional.linear = linear
