// Compiles the graphs of a program on threads of its own, part by part, and hands over each part that is ready.
//
//   Background background(ir, options, [&](const ReadyPart& part) { publish(part); });
//   background.start();                                       // returns at once
//   Result<CompileReport> report = background.wait();         // starts, helps, and comes back when all is ready
//
// Any number of threads may call it.
#pragma once

#include <functional>
#include <memory>
#include <span>

#include "compiler/base/result.h"
#include "compiler/native/emit_request.h"
#include "compiler/native/program.h"

namespace policyc {

// The functions of a part, in the order of the request.
struct ReadyPart {
  const EmitRequest& request;
  std::span<void* const> checks;
  std::span<void* const> decides;
  std::span<void* const> run_as;
};

class Background {
 public:
  using Publish = std::function<void(const ReadyPart&)>;

  // Keeps a reference to `ir`. `publish` is called on any thread, by several at once.
  Background(const DecisionIR& ir, CompileOptions options, Publish publish);
  // Stops after the parts that are being compiled. What was handed over is gone with it.
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  void start();
  Result<CompileReport> wait();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace policyc
