/**
 * A MobileNetV3-like classifier with its own training: layers that run ND4J operations at once and pass
 * gradients back themselves, and an ONNX writer.
 *
 * <p>DL4J's own layers need six times as long for the same network, because its convolutions do not use
 * matrix products where the kernel is a single pixel.
 */
@NullMarked
package org.rde4j.samples.pictures.network;

import org.jspecify.annotations.NullMarked;
