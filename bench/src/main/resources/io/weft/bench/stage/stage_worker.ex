# Elixir's GenStage as a contestant: within one node, and between two of which this is the near one.
# The lines that the worker reads and writes are those of io.weft.bench.compare.WorkerProcess.

defmodule StageWorker.Numbers do
  use GenStage

  # Counts from 0 to before `last`, which may be an atom: that has no end.
  def init({last, options}), do: {:producer, {0, last}, options}

  def handle_demand(wanted, {next, last}) do
    until = min(next + wanted, last)
    {:noreply, :lists.seq(next, until - 1), {until, last}}
  end
end

defmodule StageWorker.Sales do
  use GenStage

  # Sells without end: a text, a number and a float, the numbers from 0 on.
  def init(:endless), do: {:producer, {0, List.to_tuple(for i <- 0..99, do: "sku-#{i}")}}

  def handle_demand(wanted, {next, skus}) do
    events =
      for n <- :lists.seq(next, next + wanted - 1),
          do: %{sku: elem(skus, rem(n, 100)), amount: n, price: n / 8}

    {:noreply, events, {next + wanted, skus}}
  end
end

defmodule StageWorker.Next do
  use GenStage

  def init(subscription), do: {:producer_consumer, nil, subscribe_to: [subscription]}

  def handle_events(events, _, nil), do: {:noreply, add(events), nil}

  defp add([number | more]), do: [number + 1 | add(more)]
  defp add([]), do: []
end

defmodule StageWorker.Sum do
  use GenStage

  def init({referee, wanted, subscription}),
    do: {:consumer, {referee, wanted, nil, 0, 0}, subscribe_to: [subscription]}

  def handle_events(events, _, {referee, wanted, first, count, sum}) do
    first = first || number(hd(events))
    count = count + length(events)
    sum = add(events, sum)

    if count >= wanted do
      send(referee, {:summed, first, count, sum})
      {:stop, :normal, nil}
    else
      {:noreply, [], {referee, wanted, first, count, sum}}
    end
  end

  defp add([event | more], sum), do: add(more, sum + number(event))
  defp add([], sum), do: sum

  defp number(%{amount: number}), do: number
  defp number(number), do: number
end

defmodule StageWorker do
  alias StageWorker.{Next, Numbers, Sales, Sum}

  @consumers 4

  def main do
    Logger.configure(level: :error)
    Logger.configure_backend(:console, device: :standard_error)
    far = start_far()
    IO.puts("ready Elixir #{System.version()}, #{gen_stage()}, OTP #{System.otp_release()}")
    serve(far)
  end

  # Known where its application lies beside its modules.
  defp gen_stage do
    case Application.load(:gen_stage) do
      :ok -> "GenStage #{Application.spec(:gen_stage, :vsn)}"
      {:error, _} -> "GenStage"
    end
  end

  defp start_far do
    [_, host] = String.split(to_string(node()), "@")

    {:ok, _, far} =
      :peer.start_link(%{
        name: :far_elixir,
        host: to_charlist(host),
        longnames: true,
        connection: :standard_io,
        args: ['-start_epmd', 'false', '-setcookie', to_charlist(Node.get_cookie())]
      })

    :ok = :rpc.call(far, :code, :add_paths, [:code.get_path()])
    {:ok, _} = :rpc.call(far, :application, :ensure_all_started, [:elixir])
    :ok = :rpc.call(far, StageWorker, :start_endless, [])
    far
  end

  # The producers for consumers of other nodes.
  def start_endless do
    {:ok, _} = GenStage.start(Numbers, {:endless, []}, name: :numbers)
    {:ok, _} = GenStage.start(Sales, :endless, name: :sales)
    :ok
  end

  # The far node of a line whose other stage is none of Elixir's: ends when that hangs up.
  def far do
    Logger.configure(level: :error)
    Logger.configure_backend(:console, device: :standard_error)
    :ok = start_endless()
    IO.puts("ready")
    :eof = IO.gets("")
    System.halt(0)
  end

  # Called from another node, with a producer there; returns how many nanoseconds it took.
  def take(producer, node, batch, ops) do
    nanos(fn ->
      subscription = {{producer, node}, max_demand: batch}
      {:ok, _} = GenStage.start_link(Sum, {self(), ops, subscription})
      {first, count, sum} = summed()
      ^sum = count * first + numbers(count)
    end)
  end

  defp serve(far) do
    case IO.gets("") do
      :eof ->
        System.halt(0)

      line ->
        ["run", ops, row] = line |> String.trim() |> String.split(" ", parts: 3)
        IO.puts(answer(far, row, String.to_integer(ops)))
        serve(far)
    end
  end

  # A process of its own for each sample, to which the stages are linked: they end with it.
  defp answer(far, row, ops) do
    [shape, batch] = String.split(row, " batch ")
    {_, monitor} = spawn_monitor(fn -> exit({:took, run(shape, String.to_integer(batch), ops, far)}) end)

    receive do
      {:DOWN, ^monitor, _, _, {:took, :absent}} -> "absent"
      {:DOWN, ^monitor, _, _, {:took, nanos}} -> "took #{nanos}"
      {:DOWN, ^monitor, _, _, why} -> "failed " <> inspect(why, width: :infinity)
    end
  end

  defp run("1-1", batch, ops, _), do: line([], batch, ops, GenStage.DemandDispatcher, [{ops, []}], numbers(ops))

  defp run("1-1-1" <> _, batch, ops, _),
    do: line([Next], batch, ops, GenStage.DemandDispatcher, [{ops, []}], numbers(ops) + ops)

  defp run("1-4 broadcast", batch, ops, _) do
    consumers = List.duplicate({ops, []}, @consumers)
    line([], batch, ops, GenStage.BroadcastDispatcher, consumers, @consumers * numbers(ops))
  end

  defp run("1-4 partition", batch, ops, _) do
    hash = fn event -> {event, rem(event, @consumers)} end
    consumers = for i <- 0..(@consumers - 1), do: {div(ops, @consumers), partition: i}
    dispatcher = {GenStage.PartitionDispatcher, partitions: @consumers, hash: hash}
    line([], batch, ops, dispatcher, consumers, numbers(ops))
  end

  # What others measure with one end of Elixir's is both ends of Elixir's here, always by TCP.
  defp run(ends, batch, ops, far) do
    case Enum.split_with(String.split(ends), &(&1 == "records")) do
      {[], [_, "to", _ | _]} -> take(:numbers, far, batch, ops)
      {["records"], [_, "to", _]} -> take(:sales, far, batch, ops)
      _ -> :absent
    end
  end

  defp numbers(count), do: div(count * (count - 1), 2)

  # All is subscribed before the clock starts; demand is held until then.
  defp line(between, batch, ops, dispatcher, consumers, expected) do
    options = [dispatcher: dispatcher, demand: :accumulate]
    {:ok, first} = GenStage.start_link(Numbers, {ops, options})

    last =
      Enum.reduce(between, first, fn module, before ->
        {:ok, stage} = GenStage.start_link(module, {before, max_demand: batch})
        stage
      end)

    for {share, options} <- consumers do
      subscription = {last, [max_demand: batch] ++ options}
      {:ok, _} = GenStage.start_link(Sum, {self(), share, subscription})
    end

    nanos(fn ->
      GenStage.demand(first, :forward)
      ^expected = Enum.sum(for _ <- consumers, do: elem(summed(), 2))
    end)
  end

  defp summed do
    receive do
      {:summed, first, count, sum} -> {first, count, sum}
    end
  end

  defp nanos(work) do
    before = :erlang.monotonic_time(:nanosecond)
    work.()
    :erlang.monotonic_time(:nanosecond) - before
  end
end
