#include "tests/simulation/jobs.h"

#include <chrono>
#include <cstring>

#include "tests/simulation/report.h"

#ifndef __EMSCRIPTEN__
#include <sys/wait.h>
#include <unistd.h>

#include <thread>
#endif

namespace deskbell::test {
namespace {

using Clock = std::chrono::steady_clock;

/// Whether another seed is to begin; real time matters to `--hours` only.
class Schedule {
 public:
  explicit Schedule(const Options& options) : options_(options), begun_(Clock::now()) {}

  bool wants(std::uint64_t seed) const {
    if (options_.hours <= 0) return seed < options_.from + options_.seeds;
    return std::chrono::duration<double>(Clock::now() - begun_).count() < options_.hours * 3'600;
  }

 private:
  const Options& options_;
  Clock::time_point begun_;
};

void count(Total& total, const SeedResult& result) {
  ++total.seeds;
  total.hours += static_cast<double>(result.simulated) / 3'600'000;
  total.failed += result.failed;
}

}  // namespace

Setting setting_of(const Options& options, std::uint64_t seed) {
  Setting setting;
  setting.seed = seed;
  setting.faults = options.faults.value_or(swarm(seed));
  setting.script_faults = swarm(seed);
  setting.steps = options.steps;
  return setting;
}

SeedResult run_seed(const Options& options, std::uint64_t seed) {
  const Setting setting = setting_of(options, seed);
  const Outcome outcome = simulate(setting);
  SeedResult result{seed, outcome.failure.has_value(), outcome.hash, outcome.simulated, ""};
  if (outcome.failure) result.report = report(options, setting, outcome);
  return result;
}

#ifdef __EMSCRIPTEN__

Total run_seeds(const Options& options, const std::function<void(const SeedResult&)>& on_result) {
  Total total;
  const Schedule schedule(options);
  for (std::uint64_t seed = options.from; schedule.wants(seed); ++seed) {
    const SeedResult result = run_seed(options, seed);
    count(total, result);
    on_result(result);
    if (result.failed && options.until_first) break;
  }
  return total;
}

#else

namespace {

/// What a working process writes before each seed, and after it.
struct Header {
  std::uint64_t seed;
  std::uint64_t hash;
  Millis simulated;
  std::uint64_t report_bytes;
  bool failed;
  bool begins;
};

bool read_all(int file, void* out, std::size_t size) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t got = ::read(file, static_cast<char*>(out) + done, size - done);
    if (got <= 0) return false;
    done += static_cast<std::size_t>(got);
  }
  return true;
}

void write_all(int file, const void* bytes, std::size_t size) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t put = ::write(file, static_cast<const char*>(bytes) + done, size - done);
    if (put <= 0) std::_Exit(1);
    done += static_cast<std::size_t>(put);
  }
}

/// A process that works on every n-th seed.
struct Worker {
  pid_t process = -1;
  int results = -1;
  std::uint64_t next = 0;     // if it has to be begun anew
  std::uint64_t current = 0;  // 0: between two seeds
};

void work(const Options& options, std::uint64_t first, unsigned stride, int results,
          const Schedule& schedule) {
  for (std::uint64_t seed = first; schedule.wants(seed); seed += stride) {
    const Header begins{seed, 0, 0, 0, false, true};
    write_all(results, &begins, sizeof begins);
    const SeedResult result = run_seed(options, seed);
    const Header header{seed,          result.hash, result.simulated, result.report.size(),
                        result.failed, false};
    write_all(results, &header, sizeof header);
    write_all(results, result.report.data(), result.report.size());
  }
}

void begin(Worker& worker, const Options& options, unsigned stride, const Schedule& schedule) {
  int ends[2];
  if (::pipe(ends) != 0) std::abort();
  worker.current = 0;
  worker.process = ::fork();
  if (worker.process == 0) {
    ::close(ends[0]);
    work(options, worker.next, stride, ends[1], schedule);
    std::_Exit(0);
  }
  ::close(ends[1]);
  worker.results = ends[0];
}

/// Takes one message of the worker; nothing when there is no result in it. False at its end.
bool take(Worker& worker, std::optional<SeedResult>& result) {
  Header header;
  if (!read_all(worker.results, &header, sizeof header)) return false;
  worker.next = header.seed;
  worker.current = header.begins ? header.seed : 0;
  if (header.begins) return true;
  std::string report(header.report_bytes, '\0');
  if (!read_all(worker.results, report.data(), report.size())) return false;
  result = SeedResult{header.seed, header.failed, header.hash, header.simulated, std::move(report)};
  return true;
}

}  // namespace

Total run_seeds(const Options& options, const std::function<void(const SeedResult&)>& on_result) {
  const unsigned jobs =
      options.jobs > 0 ? options.jobs : std::max(1u, std::thread::hardware_concurrency());
  const Schedule schedule(options);
  Total total;
  std::fflush(nullptr);
  std::vector<Worker> workers(jobs);
  for (unsigned i = 0; i < jobs; ++i) {
    workers[i].next = options.from + i;
    begin(workers[i], options, jobs, schedule);
  }
  const auto stop_all = [&] {
    for (Worker& worker : workers)
      if (worker.process > 0) ::kill(worker.process, SIGKILL);
  };
  // In turn, so that results come about in the order of their seeds.
  for (unsigned running = jobs; running > 0;) {
    for (Worker& worker : workers) {
      if (worker.process <= 0) continue;
      std::optional<SeedResult> result;
      const bool alive = take(worker, result);
      if (!alive) {
        int status = 0;
        ::waitpid(worker.process, &status, 0);
        ::close(worker.results);
        worker.process = -1;
        --running;
        if (worker.current == 0) continue;
        result = SeedResult{worker.current, true, 0, 0, crash_report(options, worker.current)};
        worker.next = worker.current + jobs;
        begin(worker, options, jobs, schedule);
        ++running;
      }
      if (!result) continue;
      count(total, *result);
      on_result(*result);
      if (result->failed && options.until_first) {
        stop_all();
        return total;
      }
    }
  }
  return total;
}

#endif

}  // namespace deskbell::test
