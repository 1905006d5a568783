/** The primitive operations that lowered problems and models are made of. */
@NullMarked
package org.rde4j.nd4j.graph;

import org.jspecify.annotations.NullMarked;
