/**
 * Files that rde4j reads without trusting them and writes whole or not at all: NumPy's arrays and archives, and folders.
 */
@NullMarked
package org.rde4j.files;

import org.jspecify.annotations.NullMarked;
