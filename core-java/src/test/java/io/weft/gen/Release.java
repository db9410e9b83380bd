package io.weft.gen;

import io.weft.node.Blueprint;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.DiagnosticCollector;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * A version of a program: {@link #load} compiles its source, and loads it by a loader of its own.
 */
public interface Release {
  /** A meter that fails to take over if it is told {@code refuse} its id along. */
  Blueprint<Meter> meter(String id);

  /** A tree of supervisors with meters. */
  Blueprint<Supervisor.Query> town();

  /** A supervisor whose children are started by their ids. */
  Blueprint<DynamicSupervisor.Query<String, Meter>> meters();

  /** A pool of meters. */
  Blueprint<Meter> pool();

  String SOURCE =
      """
      package io.weft.gen.release;

      import io.weft.gen.*;
      import io.weft.node.*;
      import java.time.Duration;
      import java.util.concurrent.atomic.AtomicLong;

      public final class ReleaseVERSION implements Release {
        private static final Intensity MANY = new Intensity(1_000_000, Duration.ofSeconds(1));

        @Override
        public Blueprint<Meter> meter(String id) {
          return GenServer.define("meter", Meter.class, (on, self) -> {
            var total = new AtomicLong();
            on.cast(Meter.Add.class, add -> total.addAndGet(add.n()));
            on.cast(Meter.Crash.class, crash -> { throw new IllegalStateException("crash"); });
            on.call(Meter.Read.class, read -> new Meter.Reading(VERSION, total.get()));
            on.state(Long.class, total::get, total::set, (former, extra) -> {
              if (id.equals(extra)) {
                throw new IllegalStateException("version VERSION refuses");
              }
              total.set((Long) former);
            });
          });
        }

        @Override
        public Blueprint<Supervisor.Query> town() {
          return Supervisor.define("town", MANY, children -> {
            children.add(ChildSpec.of(house("one", Strategy.ONE_FOR_ONE)));
            children.add(ChildSpec.of(house("all", Strategy.ONE_FOR_ALL)));
            children.add(ChildSpec.of(house("rest", Strategy.REST_FOR_ONE)));
            children.add(ChildSpec.of(meters()));
            children.add(ChildSpec.of(pool()));
            children.add(ChildSpec.of(meter("hall").named("hall")).id("hall"));
          });
        }

        private Blueprint<Supervisor.Query> house(String name, Strategy strategy) {
          return Supervisor.define(name, MANY, children -> {
            children.strategy(strategy);
            for (int i = 0; i < 5; i++) {
              String id = name + i;
              children.add(ChildSpec.of(meter(id).named(id)).id(id));
            }
          });
        }

        @Override
        public Blueprint<DynamicSupervisor.Query<String, Meter>> meters() {
          return DynamicSupervisor.define("meters", MANY,
              ChildTemplate.of("meter", (String id) -> meter(id).named(id)).restart(Restart.PERMANENT))
              .named("meters");
        }

        @Override
        public Blueprint<Meter> pool() {
          return Pool.of("pool", meter("worker")).workers(3).blueprint().named("pool");
        }
      }
      """;

  /** Returns a version whose classes no other loader knows. */
  static Release load(int version) {
    String name = "io.weft.gen.release.Release" + version;
    Map<String, byte[]> classes =
        Compiler.compile(name, SOURCE.replace("VERSION", String.valueOf(version)));
    var loader =
        new ClassLoader("release " + version, Release.class.getClassLoader()) {
          @Override
          protected Class<?> findClass(String wanted) throws ClassNotFoundException {
            byte[] bytes = classes.get(wanted);
            if (bytes == null) {
              throw new ClassNotFoundException(wanted);
            }
            return defineClass(wanted, bytes, 0, bytes.length);
          }
        };
    try {
      return (Release) loader.loadClass(name).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException wrong) {
      throw new IllegalStateException(wrong);
    }
  }

  /** Compiles in memory. */
  final class Compiler extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> classes = new HashMap<>();

    private Compiler(JavaFileManager files) {
      super(files);
    }

    static Map<String, byte[]> compile(String name, String text) {
      var tool = ToolProvider.getSystemJavaCompiler();
      var problems = new DiagnosticCollector<JavaFileObject>();
      var compiler = new Compiler(tool.getStandardFileManager(problems, null, null));
      var source =
          new SimpleJavaFileObject(
              URI.create("memory:///" + name.replace('.', '/') + ".java"),
              JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
              return text;
            }
          };
      String path =
          System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
      boolean well =
          tool.getTask(
                  new StringWriter(),
                  compiler,
                  problems,
                  List.of("-classpath", path, "-proc:none"),
                  null,
                  List.of(source))
              .call();
      if (!well) {
        throw new IllegalStateException(problems.getDiagnostics().toString());
      }
      Map<String, byte[]> compiled = new HashMap<>();
      compiler.classes.forEach((type, bytes) -> compiled.put(type, bytes.toByteArray()));
      return compiled;
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String type, JavaFileObject.Kind kind, FileObject sibling) {
      return new SimpleJavaFileObject(URI.create("memory:///" + type), kind) {
        @Override
        public OutputStream openOutputStream() {
          var bytes = new ByteArrayOutputStream();
          classes.put(type, bytes);
          return bytes;
        }
      };
    }
  }
}
