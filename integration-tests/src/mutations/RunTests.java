import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs the test classes that it is given, one after the other, until a test fails: exit code 1. */
final class RunTests {
    private RunTests() {}

    public static void main(String[] classes) throws ClassNotFoundException {
        for (String name : classes) {
            LauncherDiscoveryRequest request =
                    LauncherDiscoveryRequestBuilder.request()
                            .selectors(selectClass(Class.forName(name)))
                            .build();
            LauncherFactory.create().execute(request, new FirstFailure());
        }
        System.exit(0);
    }

    private static final class FirstFailure implements TestExecutionListener {
        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            result.getThrowable()
                    .ifPresent(
                            failure -> {
                                String said = String.valueOf(failure.getMessage()).strip();
                                System.out.printf(
                                        "caught %s: %s%n",
                                        test.getDisplayName(), said.lines().findFirst().orElse(""));
                                System.out.flush();
                                Runtime.getRuntime().halt(1); // What it has left behind may hang.
                            });
        }
    }
}
