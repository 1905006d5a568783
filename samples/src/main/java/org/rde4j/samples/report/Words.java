package org.rde4j.samples.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;

/**
 * Text in pictures. Machines without any font cannot draw text at all; there, pictures stay without captions.
 */
final class Words {
    private static final boolean AVAILABLE = available();

    private Words() {}

    /** Draws a line of text, shortened with an ellipsis to the width that there is. */
    static void draw(Graphics2D pen, String text, int style, int points, Color colour, int x, int baseline, int width) {
        if (!AVAILABLE) {
            return;
        }
        pen.setFont(new Font(Font.SANS_SERIF, style, points));
        pen.setColor(colour);
        pen.drawString(fitting(pen.getFontMetrics(), text, width), x, baseline);
    }

    private static String fitting(FontMetrics metrics, String text, int width) {
        if (metrics.stringWidth(text) <= width) {
            return text;
        }
        int length = text.length();
        while (length > 0 && metrics.stringWidth(text.substring(0, length) + "…") > width) {
            length--;
        }
        return text.substring(0, length) + "…";
    }

    private static boolean available() {
        try {
            return new Font(Font.SANS_SERIF, Font.PLAIN, 12).canDisplay('a');
        } catch (RuntimeException | LinkageError | InternalError noFonts) {
            System.getLogger(Words.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "no fonts on this machine: pictures stay without captions"
                                    + " (Debian: apt-get install fontconfig fonts-dejavu-core)");
            return false;
        }
    }
}
