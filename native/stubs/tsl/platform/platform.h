/** Stands in for TensorFlow's header of that name, which the set-up does not unpack: kernels.h asks it for mobile platforms only. */
#pragma once
