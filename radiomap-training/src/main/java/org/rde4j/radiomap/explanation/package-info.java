/** Which buildings and measurements a radio map is estimated from (seed section 4.3.1). */
@NullMarked
package org.rde4j.radiomap.explanation;

import org.jspecify.annotations.NullMarked;
