package org.rde4j.samples.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import org.rde4j.Explanation;
import org.rde4j.samples.image.Drawing;

/** One picture that tells an explanation: original, mask, one obfuscation and the explanation, with the numbers. */
public final class SummaryPicture {
    private static final int PANEL = 320;
    private static final int MARGIN = 28;
    private static final int GAP = 18;
    private static final int HEADER = 92;
    private static final int CAPTION = 58;
    private static final int WIDTH = 2 * MARGIN + 4 * PANEL + 3 * GAP;
    private static final Color PAPER = new Color(0xfbfaf7);
    private static final Color INK = new Color(0x1d1d24);
    private static final Color SOFT = new Color(0x6a6a75);
    private static final Color FRAME = new Color(0xd9d6cf);

    private SummaryPicture() {}

    private record Panel(String title, String note, BufferedImage image) {}

    /**
     * Draws the summary.
     *
     * @param explanation what to draw
     * @return the picture, RGB
     */
    public static BufferedImage of(SavedExplanation explanation) {
        int[] shape = explanation.explanation().signal().shape();
        double scale = (double) PANEL / Math.max(shape[1], shape[2]);
        int height = (int) Math.max(1, Math.round(scale * shape[1]));
        int width = (int) Math.max(1, Math.round(scale * shape[2]));
        BufferedImage image = new BufferedImage(WIDTH, HEADER + height + CAPTION + MARGIN, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = pen(image);
        pen.setColor(PAPER);
        pen.fillRect(0, 0, image.getWidth(), image.getHeight());
        header(pen, explanation);
        int x = MARGIN;
        for (Panel panel : panels(explanation, width, height)) {
            panel(pen, panel, x, width, height);
            x += PANEL + GAP;
        }
        pen.dispose();
        return image;
    }

    private static Graphics2D pen(BufferedImage image) {
        Graphics2D pen = image.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        return pen;
    }

    private static void header(Graphics2D pen, SavedExplanation explanation) {
        int width = WIDTH - 2 * MARGIN;
        Words.draw(pen, explanation.question(), Font.BOLD, 26, INK, MARGIN, 44, width);
        Words.draw(pen, Wording.settings(explanation), Font.PLAIN, 15, SOFT, MARGIN, 70, width);
    }

    private static List<Panel> panels(SavedExplanation explanation, int width, int height) {
        Explanation found = explanation.explanation();
        return List.of(
                new Panel(
                        "Original",
                        explanation.labelProbability() == null
                                ? ""
                                : Wording.probability(explanation, explanation.labelProbability()),
                        Drawing.signal(found.signal())),
                new Panel(
                        "Mask",
                        String.format(Locale.ROOT, "%.1f %% %s", 100 * found.rate(), explanation.marks()),
                        Drawing.mask(found.masks(), width, height)),
                new Panel(
                        "One obfuscation",
                        Wording.probability(explanation, explanation.retainedProbability()) + " on average",
                        Drawing.signal(found.obfuscation())),
                new Panel(
                        "Explanation",
                        explanation.isDeletion() ? "what destroys the decision" : "what the decision needs",
                        Drawing.signal(found.picture())));
    }

    private static void panel(Graphics2D pen, Panel panel, int x, int width, int height) {
        pen.drawImage(panel.image(), x, HEADER, width, height, null);
        pen.setColor(FRAME);
        pen.drawRect(x - 1, HEADER - 1, width + 1, height + 1);
        Words.draw(pen, panel.title(), Font.BOLD, 16, INK, x, HEADER + height + 26, PANEL);
        Words.draw(pen, panel.note(), Font.PLAIN, 15, SOFT, x, HEADER + height + 48, PANEL);
    }
}
