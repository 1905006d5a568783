/** What is left of an explanation for people and programs: a folder of files, a summary picture, a page. */
@NullMarked
package org.rde4j.samples.report;

import org.jspecify.annotations.NullMarked;
