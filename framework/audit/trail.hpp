// One audit trail of a process, and the thread that writes it.
#pragma once

#include <atomic>
#include <candela/audit/recorder.hpp>
#include <candela/audit/sink.hpp>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>

namespace candela::audit {

/// When lines are made to outlive a failure of the machine. They outlive the process as soon as they are written.
enum class sync_policy : std::uint8_t {
  batch,       ///< after each write
  checkpoint,  ///< after each checkpoint
  never,       ///< when the system likes to; at the end
};

struct trail_options {
  std::string stream;                                   ///< its name; see `is_stream_name`
  std::size_t queue_bytes = std::size_t{4} << 20;       ///< of each worker
  std::size_t max_record_bytes = least_record_bytes;    ///< of one record
  std::size_t rotate_bytes = std::size_t{64} << 20;     ///< a file grows to some more than that
  std::chrono::seconds rotate_after{24 * 60 * 60};      ///< of a file's first line
  std::size_t checkpoint_lines = 1000;                  ///< so many lines stand unsigned at most,
  std::chrono::milliseconds checkpoint_interval{1000};  ///< and none for longer, while the sink takes them
  sync_policy sync = sync_policy::checkpoint;
  std::chrono::milliseconds retry{200};          ///< after a failure of the sink
  std::chrono::milliseconds end_patience{5000};  ///< how long a failing sink is asked at the end

  friend bool operator==(const trail_options&, const trail_options&) = default;
};

/// Numbers for metrics.
struct trail_counts {
  std::uint64_t requests = 0;     ///< written down by this process
  std::uint64_t checkpoints = 0;  ///< as well
  std::uint64_t sequence = 0;     ///< of the last line
  std::uint64_t refused = 0;      ///< requests that were not let in
  std::uint64_t unrecorded = 0;   ///< what happened and found no room
  std::uint64_t failures = 0;     ///< of the sink
  std::uint64_t queued_bytes = 0;
};

/// The thread starts with the first request. While the sink fails (a full disk), records wait in their queues, and when
/// those are full requests are refused: nothing is lost, and nothing happens unseen. What cannot be helped is that a
/// process that is killed loses what its queues hold, some milliseconds' worth.
class trail {
 public:
  /// Throws `std::invalid_argument` for a name that cannot be, and as `signer` does.
  trail(trail_options options, const jose::key& signs, std::unique_ptr<sink> into);
  trail(const trail&) = delete;
  trail& operator=(const trail&) = delete;
  /// As `shut_down`.
  ~trail();

  /// Whether its sink can keep lines at all (`sink::check`); asked until the answer is yes. Any thread.
  [[nodiscard]] sink::result<> check();

  /// The recorder of that worker (any address that stands for it), made at the first call. Start-up and reload.
  [[nodiscard]] recorder& recorder_of(const void* worker);

  /// Waits until everything that was put before is written, signed and synchronised; false when the sink fails.
  bool flush();
  /// Writes what is there, signs the end and closes the sink; takes no more. Waits for a failing sink no longer than
  /// the options say, and logs how much is lost then.
  void shut_down();

  [[nodiscard]] trail_counts counts() const;
  [[nodiscard]] const trail_options& options() const noexcept { return options_; }

 private:
  friend class recorder;

  // For recorders.
  [[nodiscard]] bool start() noexcept;
  [[nodiscard]] bool accepting() const noexcept { return accepting_.load(std::memory_order_relaxed); }
  void wake() noexcept {
    if (asleep_.load(std::memory_order_seq_cst) && asleep_.exchange(false)) woken_.release();
  }

  using steady = std::chrono::steady_clock;

  struct orders {
    std::uint64_t ticket = 0;
    bool stop = false;
  };

  void run() noexcept;
  [[nodiscard]] orders take_orders();
  [[nodiscard]] bool attempt(const orders& wanted) noexcept;
  void write_out(const orders& wanted);
  void take_up();
  void start_file();
  [[nodiscard]] bool drain();
  void note_gap();
  void sign(bool last);
  [[nodiscard]] bool checkpoint_is_due() const;
  [[nodiscard]] bool rotation_is_due() const;
  void hand_over();
  void report_failure(std::string_view why) noexcept;
  void report_end(bool whole) noexcept;
  [[nodiscard]] bool anything_to_do();
  void wait(bool fine);
  [[nodiscard]] steady::duration patience() const;
  void sleep_until_woken(steady::duration limit);

  trail_options options_;
  signer signer_;
  std::unique_ptr<sink> sink_;

  std::atomic<bool> checked_{false};
  std::atomic<bool> accepting_{true};
  std::atomic<bool> asleep_{false};
  std::binary_semaphore woken_{0};
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<std::uint64_t> checkpoints_{0};
  std::atomic<std::uint64_t> sequence_{0};
  std::atomic<std::uint64_t> failures_{0};

  mutable std::mutex lock_;  // guards what follows
  std::condition_variable done_;
  std::vector<std::pair<const void*, std::unique_ptr<recorder>>> recorders_;
  orders ordered_;
  std::uint64_t done_ticket_ = 0;
  std::uint64_t failed_ticket_ = 0;
  bool ended_ = false;
  std::thread thread_;

  // The thread's own.
  stream_writer stream_;
  bool is_open_ = false;
  std::string new_file_;  // that has to be begun before
  std::string pending_;   // these lines, which the sink has not taken yet
  bool sync_due_ = false;
  std::string taken_;  // a record on its way
  std::uint64_t file_bytes_ = 0;
  steady::time_point file_begun_{};
  steady::time_point first_unsigned_{};
  std::uint64_t noted_refused_ = 0;
  std::uint64_t noted_unrecorded_ = 0;
  bool failing_ = false;
};

}  // namespace candela::audit
