/** Stands in for TensorFlow's header of that name, which the set-up does not unpack: kernels.h takes pointers to what it declares. */
#pragma once
typedef struct TF_RendezvousThunk TF_RendezvousThunk;
