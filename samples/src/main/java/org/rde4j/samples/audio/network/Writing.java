package org.rde4j.samples.audio.network;

import java.util.List;

/**
 * What networks over one-dimensional signals are made of. A network is described once in these terms; one writing
 * counts its weights, one makes a graph, one a file. Every writing takes weights in the order of the calls.
 *
 * @param <T> stands for a batch of signals there
 */
interface Writing<T> {
    /** Functions of one value at a time. */
    enum Function {
        RELU,
        /** 0.2·x below zero. */
        LEAKY_RELU,
        COSINE,
        SINE,
        /** log(1 + 10·x), for magnitudes: a hundredth of the mean power still counts. */
        LOUDNESS
    }

    /** A convolution with a bias. */
    T convolution(Layer layer, T x);

    /** Batch normalisation with a scale and a shift for each channel. */
    T normalised(T x);

    /** All values of a signal times a matrix, plus a bias: a signal of one place. */
    T dense(T x, int outputs);

    /** A function of each value. */
    T each(Function function, T x);

    /** Some of the channels. */
    T channels(T x, int from, int to);

    /** The channels of several signals of the same length together. */
    T joined(List<T> parts);

    /** The first {@code length·factor} places, each {@code factor} neighbours as the channels of one place. */
    T folded(T x, int length, int factor);

    /** {@link #each} with {@link Function#RELU}. */
    default T relu(T x) {
        return each(Function.RELU, x);
    }
}
