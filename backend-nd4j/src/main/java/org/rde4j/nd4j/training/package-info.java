/** Training: gradients of weights and updates in place. */
@NullMarked
package org.rde4j.nd4j.training;

import org.jspecify.annotations.NullMarked;
