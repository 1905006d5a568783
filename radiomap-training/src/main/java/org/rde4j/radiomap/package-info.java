/** Radio maps: simulation, RadioUNet, and training with the interpretation loss (seed section 4.3). Nothing is here yet. */
package org.rde4j.radiomap;
