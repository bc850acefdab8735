import com.amazon.randomcutforest.RandomCutForest;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.ref.Reference;

/**
 * Scores series with AWS's own Random Cut Forest, one pass. Standard input: for each series a line
 * with the number of its values, then one value a line (nan: missing). Standard output: one score a
 * value, before the value is learned. Standard error, last line: CPU microseconds a value, and the
 * heap in bytes that the largest forest holds when its series is over. The forest is what its
 * documentation calls the default: 50 trees of 256, a shingle of 8.
 */
public class Rcf {
  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in), 1 << 20);
    PrintWriter out = new PrintWriter(System.out);
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long spent = 0;
    long values = 0;
    long largest = 0;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      int count = Integer.parseInt(line.trim());
      double[] series = new double[count];
      for (int i = 0; i < count; ++i) series[i] = Double.parseDouble(in.readLine().replace("nan", "NaN"));
      double[] scores = new double[count];
      long held = heap();
      RandomCutForest forest = RandomCutForest.builder().dimensions(8).shingleSize(8)
          .internalShinglingEnabled(true).numberOfTrees(50).sampleSize(256).randomSeed(1)
          .parallelExecutionEnabled(false).build();
      long before = threads.getCurrentThreadCpuTime();
      for (int i = 0; i < count; ++i) {
        if (Double.isNaN(series[i])) continue;
        double[] point = {series[i]};
        scores[i] = forest.getAnomalyScore(point);
        forest.update(point);
      }
      spent += threads.getCurrentThreadCpuTime() - before;
      values += count;
      largest = Math.max(largest, heap() - held);
      Reference.reachabilityFence(forest);
      for (double score : scores) out.println(score);
    }
    out.flush();
    System.err.println(spent / 1000.0 / Math.max(1, values) + " " + largest);
  }

  private static long heap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
