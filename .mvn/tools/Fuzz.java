import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;

/**
 * Fuzzes the targets of one module with Jazzer: {@code Fuzz DIRECTORY SECONDS TARGETS AT_ONCE CLASSPATH
 * JAZZER}. Targets are the test classes that end with {@code Fuzz} and whose simple
 * name matches TARGETS, each for so many seconds, AT_ONCE at a time. {@code fuzz.Corpus} of the module writes what they
 * begin with; what Jazzer finds to be new stays beside it, and so does an input that fails.
 */
public class Fuzz {
  private static final String SUFFIX = "Fuzz.class";

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    Pattern wanted = Pattern.compile(args[2]);
    String classPath = args[4];
    Path classes = Path.of(classPath.substring(0, classPath.indexOf(File.pathSeparatorChar)));
    List<String> targets = new ArrayList<>();
    String corpus = "";
    try (var all = Files.walk(classes)) {
      for (Path each : all.sorted().toList()) {
        String name = classes.relativize(each).toString();
        if (name.endsWith(SUFFIX)
            && wanted.matcher(each.getFileName().toString().replace(".class", "")).matches()) {
          targets.add(className(name));
        } else if (each.endsWith("fuzz/Corpus.class")) {
          corpus = className(name);
        }
      }
    }
    String withJazzer = classPath + File.pathSeparator + args[5];
    if (run(List.of("-cp", classPath, corpus, directory.toString())) != 0) {
      throw new IllegalStateException("no corpus");
    }
    List<String> failed = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(Integer.parseInt(args[3]))) {
      Map<String, Future<Integer>> ends = new LinkedHashMap<>();
      for (String target : targets) {
        List<String> jazzer = jazzer(target, directory, args[1], withJazzer);
        ends.put(target, threads.submit(() -> run(jazzer)));
      }
      for (Map.Entry<String, Future<Integer>> end : ends.entrySet()) {
        if (end.getValue().get() != 0) {
          failed.add(end.getKey());
        }
      }
    }
    if (!failed.isEmpty()) {
      System.err.println("Failed, see above and " + directory + ": " + failed);
      System.exit(1);
    }
  }

  private static String className(String file) {
    return file.replace(".class", "").replace(File.separatorChar, '.');
  }

  /** Jazzer looks from below at what it runs. Its checks of Unsafe break Netty. */
  private static List<String> jazzer(
      String target, Path directory, String seconds, String classPath) {
    String name = target.substring(target.lastIndexOf('.') + 1);
    return List.of(
        "--sun-misc-unsafe-memory-access=allow",
        "--enable-native-access=ALL-UNNAMED",
        "-XX:+EnableDynamicAgentLoading",
        "-Xmx1g",
        "-cp",
        classPath,
        "com.code_intelligence.jazzer.Jazzer",
        "--instrumentation_includes=dev.lanyard.**:javax.jmdns.**",
        "--custom_hook_excludes=io.netty.**",
        "--target_class=" + target,
        "-max_total_time=" + seconds,
        "-max_len=8192",
        "-timeout=60",
        "-rss_limit_mb=3000",
        "-artifact_prefix=" + directory + File.separator + name + "-",
        directory.resolve(name).toString());
  }

  private static int run(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
