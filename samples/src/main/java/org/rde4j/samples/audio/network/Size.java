package org.rde4j.samples.audio.network;

/**
 * The size of one signal.
 *
 * @param channels the values at each place
 * @param length the number of places
 */
record Size(int channels, int length) {}
