/** Gradients, written as plain forward operations. */
@NullMarked
package org.rde4j.nd4j.adjoint;

import org.jspecify.annotations.NullMarked;
