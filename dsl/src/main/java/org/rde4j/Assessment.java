package org.rde4j;

/**
 * What was measured of one mask on fresh samples.
 *
 * @param distortion the mean distortion
 * @param distortionError its standard error
 * @param rate ‖s‖₁/k
 * @param retainedProbability the label's mean probability, NaN if the problem has no label
 * @param labelAgreement the share of samples whose predicted label is the explained one, NaN without a label
 * @param samples the number of samples n
 */
public record Assessment(
        double distortion,
        double distortionError,
        double rate,
        double retainedProbability,
        double labelAgreement,
        int samples) {}
