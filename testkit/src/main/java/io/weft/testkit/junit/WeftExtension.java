package io.weft.testkit.junit;

import io.weft.node.Node;
import io.weft.testkit.TestCluster;
import io.weft.testkit.TestProbe;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Gives a test nodes in virtual time, as parameters, and sees at its end that nothing is left over.
 *
 * <pre>{@code
 * @ExtendWith(WeftExtension.class)
 * class BellTest {
 *   @Test
 *   void strikesOnceASecond(TestCluster test, TestProbe<Stroke> ear) {
 *     test.start(bell(ear));
 *     test.advance(Duration.ofSeconds(2));
 *     ear.expectSequence(new Stroke(), new Stroke());
 *   }
 * }
 * }</pre>
 *
 * <p>Parameters may be a {@link TestCluster}, its first {@link Node}, and probes, named after the
 * parameter. {@link TestCluster#checkLeaks} runs when the test has passed. The seed is that of
 * {@link Seed}, else what the system property {@code weft.seed} says, else 0. Each test has a
 * cluster of its own; what fails tells its seed.
 */
public final class WeftExtension
    implements ParameterResolver, TestExecutionExceptionHandler, AfterEachCallback {
  private static final ExtensionContext.Namespace ROOM =
      ExtensionContext.Namespace.create(WeftExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == TestCluster.class || type == Node.class || type == TestProbe.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    TestCluster cluster =
        context
            .getStore(ROOM)
            .computeIfAbsent(
                TestCluster.class, _ -> new TestCluster(seedOf(context)), TestCluster.class);
    Class<?> type = parameter.getParameter().getType();
    if (type == TestCluster.class) {
      return cluster;
    }
    return type == Node.class ? cluster.node() : probe(cluster, parameter.getParameter());
  }

  private static TestProbe<?> probe(TestCluster cluster, Parameter parameter) {
    Type type = parameter.getParameterizedType();
    if (type instanceof ParameterizedType given) {
      Type protocol = given.getActualTypeArguments()[0];
      Type raw = protocol instanceof ParameterizedType generic ? generic.getRawType() : protocol;
      if (raw instanceof Class<?> known) {
        return cluster.probe(parameter.getName(), known);
      }
    }
    throw new ParameterResolutionException(
        "a probe needs its protocol: TestProbe<Order> rather than " + type.getTypeName());
  }

  private static long seedOf(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getElement(), Seed.class)
        .or(() -> AnnotationSupport.findAnnotation(context.getTestClass(), Seed.class))
        .map(Seed::value)
        .orElseGet(() -> Long.getLong("weft.seed", 0));
  }

  /** Tells, next to the failure, how to see it again. */
  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    TestCluster cluster = clusterOf(context);
    if (cluster != null) {
      failure.addSuppressed(new SeedNote(cluster.getSeed()));
    }
    throw failure;
  }

  private static final class SeedNote extends Exception {
    private static final long serialVersionUID = 1L;

    SeedNote(long seed) {
      super("seed " + seed + ": @Seed(" + seed + ") runs this again", null, false, false);
    }
  }

  private static @Nullable TestCluster clusterOf(ExtensionContext context) {
    return context.getStore(ROOM).get(TestCluster.class, TestCluster.class);
  }

  /** Sees that nothing is left over, unless the test failed already; ends its nodes. */
  @Override
  public void afterEach(ExtensionContext context) {
    TestCluster cluster = clusterOf(context);
    if (cluster != null) {
      try (cluster) {
        if (context.getExecutionException().isEmpty()) {
          cluster.checkLeaks();
        }
      }
    }
  }
}
