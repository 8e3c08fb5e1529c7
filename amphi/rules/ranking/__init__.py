"""WHO CHOOSES BEFORE WHOM: from exam results to a call list, in exact figures, each explained.

    exams, interranking          raw results, or what CNG sends -> ranks over several exams
    perimeters, local_rank       -> the rank in one's own cohort
    seniority, adjusted_rank     -> the rank in the cohort one now belongs to
    placing, preranking, gate    -> the automatic order of a perimeter, ties left in
    tie_breaks, final_ranking    -> a unique call rank each
    session_planner, minimum_offer
    explaining                   how each figure came about
    rank_file, interrank_file    the same from the rows of a file

Structs of figures are `gc=False`: they hold no cycles, and without it the collector would look
through hundreds of thousands of them again and again (three quarters of the time, measured).
"""
