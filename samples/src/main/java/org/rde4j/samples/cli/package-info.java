/** The command line: {@code rde4j explain}, {@code demo}, {@code presets} and {@code info}. */
@NullMarked
package org.rde4j.samples.cli;

import org.jspecify.annotations.NullMarked;
