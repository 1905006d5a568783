/** Models that are SameDiff graphs, and the splicing of one graph into another. */
@NullMarked
package org.rde4j.nd4j.samediff;

import org.jspecify.annotations.NullMarked;
