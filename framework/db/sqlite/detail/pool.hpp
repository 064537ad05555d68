// Private to the room: the threads of a SQLite database, and who may write.
#pragma once

#include <candela/db/settings.hpp>
#include <candela/db/sqlite/detail/batch.hpp>
#include <candela/db/sqlite/detail/database_file.hpp>
#include <candela/db/sqlite/detail/runner.hpp>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace candela::db::sqlite {

/// Takes batches in the order of their coming and posts each home when it is done. Shared by the drivers of all
/// workers; thread-safe.
class pool {
 public:
  /// Opens the database for writing and starts the threads. Throws `std::invalid_argument`.
  pool(const settings& chosen, std::string path);
  pool(const pool&) = delete;
  pool& operator=(const pool&) = delete;
  ~pool();

  /// Takes all of `work`, whose elements are null afterwards.
  void hand_over(std::span<std::unique_ptr<batch>> work);
  /// Drops what waits for that driver, gives back the writer if it has it, and waits for what runs for it: nothing is
  /// posted to its loop any more. What runs must have been abandoned, or it is waited for to its end.
  void forget(driver_link& ending);
  /// Interrupts what runs, posts home undone what waits, and ends the threads.
  void shut_down();

  [[nodiscard]] database_file& file() noexcept { return file_; }

 private:
  using queue = std::deque<std::unique_ptr<batch>>;

  void start(unsigned readers);
  void read();
  void write();
  // `done` is the driver whose batch the thread has just posted home.
  [[nodiscard]] std::unique_ptr<batch> next_read(driver_link* done);
  [[nodiscard]] std::unique_ptr<batch> next_write(driver_link* done);
  [[nodiscard]] bool write_one(batch& work);
  [[nodiscard]] queue& queue_of(const batch& work) noexcept;
  void drop(queue& from, const driver_link& ending);
  void give_back_writer(driver_link& ending);
  [[nodiscard]] static std::unique_ptr<batch> take(queue& from);
  void count_done(driver_link* done);

  database_file file_;
  runner writer_;

  std::mutex mutex_;
  std::condition_variable reads_wake_;
  std::condition_variable writes_wake_;
  std::condition_variable done_;
  queue reads_;  // guarded by mutex_, as is all below
  queue writes_;
  queue owned_;  // of the session that has the writer
  bool has_owner_ = false;
  driver_link* owner_ = nullptr;  // its driver
  unsigned forgetting_ = 0;
  std::size_t idle_readers_ = 0;
  bool closing_ = false;

  std::vector<std::thread> threads_;
};

}  // namespace candela::db::sqlite
