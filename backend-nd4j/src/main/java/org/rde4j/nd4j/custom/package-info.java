/** Parts that users write as functions: how they are called, and tried before they are relied on. */
@NullMarked
package org.rde4j.nd4j.custom;

import org.jspecify.annotations.NullMarked;
