"""The figures of quality.md that belong to the core, each measured by a command.

python3 -m loadtests.results                  what has not been measured yet
python3 -m loadtests.results --only rush      one measurement, again
python3 -m loadtests.results --fresh --write  everything, and loadtests/RESULTS.md
"""
