package dev.lanyard.it;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;

import org.slf4j.LoggerFactory;

import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What the nodes of this process log with one message, from now on. */
final class Log implements AutoCloseable {
    private final Logger root;
    private final Queue<Line> lines = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> appender;

    /** A line, with all that it says beside its message. */
    record Line(Instant at, String message, String facts) {}

    /** All lines of INFO and above whose message is {@code message}; of any when it is empty. */
    Log(String message) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        appender =
                new AppenderBase<>() {
                    @Override
                    protected void append(ILoggingEvent event) {
                        boolean shown =
                                event.getLevel()
                                        .isGreaterOrEqual(ch.qos.logback.classic.Level.INFO);
                        if (shown && (message.isEmpty() || message.equals(event.getMessage()))) {
                            lines.add(
                                    new Line(
                                            event.getInstant(),
                                            event.getMessage(),
                                            String.valueOf(event.getKeyValuePairs())));
                        }
                    }
                };
        appender.setContext(context);
        appender.start();
        root.addAppender(appender);
    }

    List<Line> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void close() {
        root.detachAppender(appender);
    }
}
