"""A device that is not the CPU, for machines without one: PyTorch sees a backend "elsewhere", whose tensors compute on
the CPU but can neither be mixed with the CPU's nor read as arrays. So a run there must come to the CPU's very bits."""

from __future__ import annotations

import contextlib

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

_setup_privateuseone_for_python_backend("elsewhere")
DEVICE = torch.device("elsewhere:0")
ATEN = torch.ops.aten
MOVES = {ATEN.copy_.default, ATEN._to_copy.default}
INDEXED = {ATEN.index, ATEN.index_put, ATEN.index_put_}  # indices may lie on the CPU, as with CUDA


class There(torch.Tensor):
    """A tensor elsewhere; `held` is where its numbers really are."""

    @staticmethod
    def __new__(cls, held):
        made = torch.Tensor._make_wrapper_subclass(
            cls, held.shape, strides=held.stride(), storage_offset=held.storage_offset(), dtype=held.dtype,
            device=DEVICE,
        )  # fmt: skip
        made.held = held
        return made

    def tolist(self):
        return self.cpu().tolist()

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        return _carried_out(func, args, dict(kwargs or {}))


class Elsewhere(TorchDispatchMode):
    """Within it tensors can be made on the device."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        return _carried_out(func, args, dict(kwargs or {}))


def _carried_out(func, args, kwargs):
    tensors = [item for item in tree_leaves((args, kwargs)) if isinstance(item, torch.Tensor)]
    there = [tensor for tensor in tensors if isinstance(tensor, There)]
    if there and func not in MOVES and func.overloadpacket not in INDEXED:
        foreign = [tensor for tensor in tensors if tensor.dim() and not isinstance(tensor, There)]
        assert not foreign, f"{func} was given tensors of two devices"
    wraps = isinstance(args[0], There) if func is ATEN.copy_.default else bool(there)
    if kwargs.get("device") is not None:
        wraps = torch.device(kwargs["device"]).type == "elsewhere"
        kwargs["device"] = torch.device("cpu")
    bare = [tree_map(lambda item: item.held if isinstance(item, There) else item, given) for given in (args, kwargs)]
    found = func(*bare[0], **bare[1])
    known = {id(tensor.held): tensor for tensor in there}

    def named(item):
        if not isinstance(item, torch.Tensor) or not wraps:
            return item
        return known.get(id(item)) if id(item) in known else There(item)

    return tree_map(named, found)


def no_inference_mode(mode=True):
    """Tensors made in Python can't be of that mode."""
    return torch.no_grad() if mode else contextlib.nullcontext()
