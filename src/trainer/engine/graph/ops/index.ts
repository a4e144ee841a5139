/**
 * The TensorFlow ops that the step is made of, each with the shape it gives. Feature maps are NHWC, kernels HWIO. What is
 * not said here says TensorFlow's op of the same name.
 */
export * from './constants';
export * from './variables';
export * from './positions';
export * from './elementwise';
export * from './linear';
export * from './pooling';
export * from './normalisation';
export * from './loss';
export * from './images';
export * from './noise';
