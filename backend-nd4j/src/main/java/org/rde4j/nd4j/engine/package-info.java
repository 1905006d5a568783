/** What runs graphs. */
@NullMarked
package org.rde4j.nd4j.engine;

import org.jspecify.annotations.NullMarked;
