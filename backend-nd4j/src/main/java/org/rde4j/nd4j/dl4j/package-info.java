/** Models that are Deeplearning4j networks. */
@NullMarked
package org.rde4j.nd4j.dl4j;

import org.jspecify.annotations.NullMarked;
