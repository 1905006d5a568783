/** Radio maps: simulation, RadioUNet, and training with the interpretation loss (seed section 4.3). */
package org.rde4j.radiomap;
