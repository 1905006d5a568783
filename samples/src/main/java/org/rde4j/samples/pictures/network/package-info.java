/**
 * A MobileNetV3-like classifier with its own training: layers that run ND4J operations at once and pass
 * gradients back themselves, and an ONNX writer.
 *
 * <p>DL4J's own layers need several times as long for such a network: where a kernel is a single pixel, the
 * convolution and its gradient take about eight times as long as the matrix products used here, and gates of
 * squeeze-and-excite are refused.
 */
@NullMarked
package org.rde4j.samples.pictures.network;

import org.jspecify.annotations.NullMarked;
