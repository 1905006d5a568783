/** Picture files in, picture files out: decoding, the preprocessing of classifiers, and drawing of masks. */
@NullMarked
package org.rde4j.samples.image;

import org.jspecify.annotations.NullMarked;
