// Stages that write down what happened to them, in one line.
#pragma once

#include <stdexcept>
#include <string>
#include <tests/server/fixture.hpp>

namespace candela::testing {

/// "a>" entered, "<a" its on_response, "a." its on_complete.
class recorder {
 public:
  void note(std::string_view what) {
    if (!line_.empty()) line_ += ' ';
    line_ += what;
  }
  [[nodiscard]] std::string take() { return std::exchange(line_, {}); }
  [[nodiscard]] const std::string& line() const { return line_; }

 private:
  std::string line_;
};

/// Records, and answers `result`.
class recording_stage {
 public:
  recording_stage(recorder& notes, std::string name, step result = step::next)
      : notes_(&notes), name_(std::move(name)), result_(result) {}

  step on_request(exchange& x) {
    notes_->note(name_ + ">");
    if (result_ == step::done) x.text("from ", name_);
    return result_;
  }
  void on_response(exchange&) { notes_->note("<" + name_); }
  void on_complete(const exchange_outcome& outcome) {
    notes_->note(name_ + ".");
    last = outcome.result;
    status = outcome.status;
  }

  static inline exchange_result last = exchange_result::completed;
  static inline std::uint16_t status = 0;

 private:
  recorder* notes_;
  std::string name_;
  step result_;
};

}  // namespace candela::testing
