/**
 * The bundled network: a seeded set of drawn pictures, and a small classifier of the shapes in them that this
 * package trains and writes as ONNX.
 */
@NullMarked
package org.rde4j.samples.pictures;

import org.jspecify.annotations.NullMarked;
