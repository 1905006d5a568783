/** NumPy's array files, read without trusting them. */
@NullMarked
package org.rde4j.samples.files;

import org.jspecify.annotations.NullMarked;
