"""Making the bilingual embedding: one small model for English and German, distilled.

Teacher: all-MiniLM-L6-v2, which knows English. Student: a copy with German word pieces, taught to
put a German text where the teacher puts its English counterpart.
"""
