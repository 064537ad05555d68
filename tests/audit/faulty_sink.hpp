// A sink in memory that fails when a test says so.
#pragma once

#include <atomic>
#include <candela/audit/sink.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace candela::testing {

/// What the sink has, shared with the test.
struct sink_memory {
  std::mutex lock;
  std::condition_variable tried;
  std::string lines;
  std::vector<std::string> files;
  int syncs = 0;
  int refusals = 0;  // so far
  bool full = false;

  void set_full(bool is_full) {
    const std::scoped_lock held(lock);
    full = is_full;
  }
  void wait_for_refusals(int count) {
    std::unique_lock held(lock);
    tried.wait(held, [&] { return refusals >= count; });
  }
  [[nodiscard]] std::string text() {
    const std::scoped_lock held(lock);
    return lines;
  }
};

class faulty_sink final : public audit::sink {
 public:
  explicit faulty_sink(std::shared_ptr<sink_memory> memory) : memory_(std::move(memory)) {}

  result<audit::found_trail> open(const std::string&, const jose::key_set&) override { return audit::found_trail{}; }
  result<> begin_file(const std::string& name) override {
    const std::scoped_lock held(memory_->lock);
    memory_->files.push_back(name);
    return {};
  }
  result<> append(std::string_view lines) override {
    const std::scoped_lock held(memory_->lock);
    if (!memory_->full) {
      memory_->lines += lines;
      return {};
    }
    ++memory_->refusals;
    memory_->tried.notify_all();
    return std::unexpected(std::string("no space left"));
  }
  result<> sync() override {
    const std::scoped_lock held(memory_->lock);
    ++memory_->syncs;
    return {};
  }
  void close() noexcept override {}

 private:
  std::shared_ptr<sink_memory> memory_;
};

}  // namespace candela::testing
