/** Random numbers that are the same on every Java version and every machine. */
@NullMarked
package org.rde4j.nd4j.random;

import org.jspecify.annotations.NullMarked;
