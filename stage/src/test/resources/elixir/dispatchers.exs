# Calls GenStage's dispatchers: elixir -pa EBIN dispatchers.exs CALLS RESULTS
#
# CALLS is a list of {module, options, calls} in the external format. Of each call the result, what
# consumers were sent and what the producer was sent are written to RESULTS.
defmodule Dispatchers do
  def run({module, options, calls}) do
    {module, options} = dispatcher(module, options)
    {:ok, state} = module.init(options)
    # One process for each slot, made when it is first heard of.
    {results, _} =
      Enum.map_reduce(calls, {state, %{}, %{}}, fn call, {state, processes, consumers} ->
        {processes, consumers} = take_in(call, processes, consumers)
        {result, state} = call(call, module, state, consumers)
        {{result, sent(processes, consumers), told(consumers)}, {state, processes, consumers}}
      end)

    results
  end

  defp dispatcher(:demand, :none), do: {GenStage.DemandDispatcher, []}
  defp dispatcher(:demand, max), do: {GenStage.DemandDispatcher, [max_demand: max]}
  defp dispatcher(:broadcast, _), do: {GenStage.BroadcastDispatcher, []}

  defp dispatcher(:partition, :names) do
    hash = fn
      event when rem(event, 3) == 0 -> :none
      event when rem(event, 7) == 0 -> {event + 100_000, :odd}
      event -> {event, if(rem(event, 2) == 0, do: :even, else: :odd)}
    end

    {GenStage.PartitionDispatcher, [partitions: [:odd, :even], hash: hash]}
  end

  defp dispatcher(:partition, count), do: {GenStage.PartitionDispatcher, [partitions: count]}

  defp take_in({:subscribe, number, _option, slot}, processes, consumers) do
    processes = Map.put_new_lazy(processes, slot, fn -> spawn_link(&collect/0) end)
    {processes, Map.put(consumers, number, {processes[slot], make_ref()})}
  end

  defp take_in(_call, processes, consumers), do: {processes, consumers}

  defp call({:subscribe, number, option, _slot}, module, state, consumers) do
    options = subscription(module, option)

    case module.subscribe(options, consumers[number], state) do
      {:ok, demand, state} -> {demand, state}
      {:error, reason} -> {reason, state}
    end
  end

  defp call({:cancel, number}, module, state, consumers) do
    {:ok, demand, state} = module.cancel(consumers[number], state)
    {demand, state}
  end

  defp call({:ask, number, count}, module, state, consumers) do
    {:ok, demand, state} = module.ask(count, consumers[number], state)
    {demand, state}
  end

  defp call({:info, number}, module, state, _consumers) do
    {:ok, state} = module.info({:info, number}, state)
    {:ok, state}
  end

  defp call({:dispatch, count, events}, module, state, _consumers) do
    {:ok, left, state} = module.dispatch(events, count, state)
    {left, after_dispatch(module, left, state)}
  end

  # The one thing that is meant to differ: GenStage counts events that went back to the producer as
  # still to come, and so never asks for them again.
  defp after_dispatch(GenStage.BroadcastDispatcher, left, {demands, waiting, requested, pids}),
    do: {demands, waiting, max(requested - length(left), 0), pids}

  defp after_dispatch(_module, _left, state), do: state

  defp subscription(GenStage.PartitionDispatcher, partition), do: [partition: partition]
  defp subscription(_module, :none), do: []
  defp subscription(_module, divisor), do: [selector: fn event -> rem(event, divisor) == 0 end]

  # What consumers were sent in this call, by their numbers.
  defp sent(processes, consumers) do
    batches =
      Enum.flat_map(processes, fn {_slot, process} ->
        send(process, {:take, self()})
        receive do: ({^process, batches} -> batches)
      end)

    for {number, {_pid, ref}} <- Enum.sort(consumers),
        mine = for({^ref, events} <- batches, do: events),
        mine != [],
        do: {number, mine}
  end

  # What the producer was sent in this call: infos, then asks.
  defp told(consumers, infos \\ [], asks \\ []) do
    receive do
      {:info, number} ->
        told(consumers, [number | infos], asks)

      {:"$gen_producer", {_pid, ref}, {:ask, count}} ->
        {number, _} = Enum.find(consumers, fn {_, {_, other}} -> other == ref end)
        told(consumers, infos, [{number, count} | asks])
    after
      0 -> Enum.reverse(infos) ++ Enum.sort(asks)
    end
  end

  defp collect(batches \\ []) do
    receive do
      {:"$gen_consumer", {_producer, ref}, events} ->
        collect([{ref, events} | batches])

      {:take, from} ->
        send(from, {self(), Enum.reverse(batches)})
        collect()
    end
  end
end

Logger.configure(level: :none)
:logger.set_primary_config(:level, :none)
[calls, results] = System.argv()

all =
  for sequence <- :erlang.binary_to_term(File.read!(calls)) do
    # In a process of its own: the partition dispatcher uses the dictionary.
    Task.await(Task.async(fn -> Dispatchers.run(sequence) end), :infinity)
  end

File.write!(results, :erlang.term_to_binary(all))
