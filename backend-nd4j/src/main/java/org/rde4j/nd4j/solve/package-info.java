/** The solvers: they know masks and their distortions, and nothing of models, representations or tensors. */
@NullMarked
package org.rde4j.nd4j.solve;

import org.jspecify.annotations.NullMarked;
