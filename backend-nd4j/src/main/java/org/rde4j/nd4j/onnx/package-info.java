/** Reads ONNX files and writes their networks into graphs. */
@NullMarked
package org.rde4j.nd4j.onnx;

import org.jspecify.annotations.NullMarked;
