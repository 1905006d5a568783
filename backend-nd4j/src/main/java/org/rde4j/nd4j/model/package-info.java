/** Models that can write themselves into a graph. */
@NullMarked
package org.rde4j.nd4j.model;

import org.jspecify.annotations.NullMarked;
